//! The storage vendors and their regions by name and number, with the area of the world each region is in (vendor: third-party
//! cloud storage regions). Numbers of older tables are kept, since recordings in production still use them.

use super::choices::Area;

/// A region's number, the vendor's name for it, and which of acquire's areas it is in, if any.
type Row = (u32, &'static str, Option<Area>);

const CN: Option<Area> = Some(Area::Cn);
const AP: Option<Area> = Some(Area::Ap);
const EU: Option<Area> = Some(Area::Eu);
const NA: Option<Area> = Some(Area::Na);

/// `vendor`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Vendor {
    /// 1
    AmazonS3,
    /// 2
    Alibaba,
    /// 3
    Tencent,
    /// 5
    Azure,
    /// 6
    Google,
    /// 7
    Huawei,
    /// 8
    Baidu,
    /// 11: any storage that speaks as Amazon S3 does.
    S3Compatible,
}

impl Vendor {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 8] = [
        Self::AmazonS3,
        Self::Alibaba,
        Self::Tencent,
        Self::Azure,
        Self::Google,
        Self::Huawei,
        Self::Baidu,
        Self::S3Compatible,
    ];

    /// The number the service knows it by.
    pub const fn number(self) -> u32 {
        match self {
            Self::AmazonS3 => 1,
            Self::Alibaba => 2,
            Self::Tencent => 3,
            Self::Azure => 5,
            Self::Google => 6,
            Self::Huawei => 7,
            Self::Baidu => 8,
            Self::S3Compatible => 11,
        }
    }

    /// The word in the settings file.
    pub const fn word(self) -> &'static str {
        match self {
            Self::AmazonS3 => "amazon_s3",
            Self::Alibaba => "alibaba",
            Self::Tencent => "tencent",
            Self::Azure => "azure",
            Self::Google => "google",
            Self::Huawei => "huawei",
            Self::Baidu => "baidu",
            Self::S3Compatible => "s3_compatible",
        }
    }

    /// Its regions in the order of their numbers.
    pub const fn regions(self) -> &'static [Row] {
        match self {
            Self::AmazonS3 => AMAZON,
            Self::Alibaba => ALIBABA,
            Self::Tencent => TENCENT,
            Self::Azure | Self::Google | Self::S3Compatible => ONE,
            Self::Huawei => HUAWEI,
            Self::Baidu => BAIDU,
        }
    }

    /// Whether it has no regions to choose from: the number is 0.
    pub const fn has_one_region(self) -> bool {
        match self {
            Self::Azure | Self::Google | Self::S3Compatible => true,
            Self::AmazonS3 | Self::Alibaba | Self::Tencent | Self::Huawei | Self::Baidu => false,
        }
    }

    /// A vendor by number.
    pub fn of_number(number: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|vendor| vendor.number() == number)
    }

    /// A vendor by the word of the settings.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|vendor| same(vendor.word(), word))
    }

    /// The number of a region by name; case does not count, and `-` is as good as `_`.
    pub fn region_of_name(self, name: &str) -> Option<u32> {
        self.regions().iter().find(|(_, known, _)| same(known, name)).map(|(number, _, _)| *number)
    }

    /// A region's row by number.
    pub fn region(self, number: u32) -> Option<&'static Row> {
        self.regions().iter().find(|(known, _, _)| *known == number)
    }

    /// Whether a number stands in an older table only.
    pub fn is_old_region(self, number: u32) -> bool {
        match self {
            Self::AmazonS3 => [17, 23, 28].contains(&number),
            Self::Baidu => number == 0,
            Self::Alibaba | Self::Tencent | Self::Azure | Self::Google | Self::Huawei | Self::S3Compatible => false,
        }
    }
}

fn same(one: &str, other: &str) -> bool {
    let plain = |text: &str| text.replace('-', "_").to_ascii_lowercase();
    plain(one) == plain(other)
}

static ONE: &[Row] = &[(0, "default", None)];

static AMAZON: &[Row] = &[
    (0, "US_EAST_1", NA),
    (1, "US_EAST_2", NA),
    (2, "US_WEST_1", NA),
    (3, "US_WEST_2", NA),
    (4, "EU_WEST_1", EU),
    (5, "EU_WEST_2", EU),
    (6, "EU_WEST_3", EU),
    (7, "EU_CENTRAL_1", EU),
    (8, "AP_SOUTHEAST_1", AP),
    (9, "AP_SOUTHEAST_2", AP),
    (10, "AP_NORTHEAST_1", AP),
    (11, "AP_NORTHEAST_2", AP),
    (12, "SA_EAST_1", None),
    (13, "CA_CENTRAL_1", NA),
    (14, "AP_SOUTH_1", AP),
    (15, "CN_NORTH_1", CN),
    (16, "CN_NORTHWEST_1", CN),
    (17, "US_GOV_WEST_1", NA),
    (18, "AF_SOUTH_1", None),
    (19, "AP_EAST_1", AP),
    (20, "AP_NORTHEAST_3", AP),
    (21, "EU_NORTH_1", EU),
    (22, "ME_SOUTH_1", None),
    (23, "US_GOV_EAST_1", NA),
    (24, "AP_SOUTHEAST_3", AP),
    (25, "EU_SOUTH_1", EU),
    (28, "IL_CENTRAL_1", None),
];

/// The area is left open where name and place are at odds: 18 is said to be Dubai, 26 and 27 carry names of other countries.
static ALIBABA: &[Row] = &[
    (0, "CN_Hangzhou", CN),
    (1, "CN_Shanghai", CN),
    (2, "CN_Qingdao", CN),
    (3, "CN_Beijing", CN),
    (4, "CN_Zhangjiakou", CN),
    (5, "CN_Huhehaote", CN),
    (6, "CN_Shenzhen", CN),
    (7, "CN_Hongkong", AP),
    (8, "US_West_1", NA),
    (9, "US_East_1", NA),
    (10, "AP_Southeast_1", AP),
    (11, "AP_Southeast_2", AP),
    (12, "AP_Southeast_3", AP),
    (13, "AP_Southeast_5", AP),
    (14, "AP_Northeast_1", AP),
    (15, "AP_South_1", AP),
    (16, "EU_Central_1", EU),
    (17, "EU_West_1", EU),
    (18, "EU_East_1", None),
    (19, "AP_Southeast_6", AP),
    (20, "CN_Heyuan", CN),
    (21, "CN_Guangzhou", CN),
    (22, "CN_Chengdu", CN),
    (23, "CN_Nanjing", CN),
    (24, "CN_Fuzhou", CN),
    (25, "CN_Wulanchabu", CN),
    (26, "CN_Northeast_2", None),
    (27, "CN_Southeast_7", None),
];

/// Its `AP_` covers China as well; 0 to 8 are on the mainland. Moscow is in none of the areas for certain.
static TENCENT: &[Row] = &[
    (0, "AP_Beijing_1", CN),
    (1, "AP_Beijing", CN),
    (2, "AP_Shanghai", CN),
    (3, "AP_Guangzhou", CN),
    (4, "AP_Chengdu", CN),
    (5, "AP_Chongqing", CN),
    (6, "AP_Shenzhen_FSI", CN),
    (7, "AP_Shanghai_FSI", CN),
    (8, "AP_Beijing_FSI", CN),
    (9, "AP_Hongkong", AP),
    (10, "AP_Singapore", AP),
    (11, "AP_Mumbai", AP),
    (12, "AP_Seoul", AP),
    (13, "AP_Bangkok", AP),
    (14, "AP_Tokyo", AP),
    (15, "NA_Siliconvalley", NA),
    (16, "NA_Ashburn", NA),
    (17, "NA_Toronto", NA),
    (18, "EU_Frankfurt", EU),
    (19, "EU_Moscow", None),
];

static HUAWEI: &[Row] = &[
    (0, "CN_North_1", CN),
    (1, "CN_North_4", CN),
    (2, "CN_East_2", CN),
    (3, "CN_East_3", CN),
    (4, "CN_South_1", CN),
    (5, "CN_Southwest_2", CN),
    (6, "AP_Southeast_1", AP),
    (7, "AP_Southeast_2", AP),
    (8, "AP_Southeast_3", AP),
    (9, "AF_South_1", None),
    (10, "SA_Argentina_1", None),
    (11, "SA_Peru_1", None),
    (12, "NA_Mexico_1", NA),
    (13, "SA_Brazil_1", None),
    (14, "LA_South_2", None),
    (15, "SA_Chile_1", None),
];

static BAIDU: &[Row] = &[
    (0, "Beijing", CN),
    (1, "Baoding", CN),
    (2, "Suzhou", CN),
    (3, "Guangzhou", CN),
    (4, "Hongkong", AP),
    (5, "Singapore", AP),
    (6, "Wuhan", CN),
    (7, "Shanghai", CN),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_the_vendors() {
        let numbers = |vendor: Vendor| vendor.regions().iter().map(|(number, _, _)| *number).collect::<Vec<_>>();
        assert_eq!(numbers(Vendor::AmazonS3), (0..=25).chain([28]).collect::<Vec<_>>());
        assert_eq!(numbers(Vendor::Alibaba), (0..=27).collect::<Vec<_>>());
        assert_eq!(numbers(Vendor::Tencent), (0..=19).collect::<Vec<_>>());
        assert_eq!(numbers(Vendor::Huawei), (0..=15).collect::<Vec<_>>());
        assert_eq!(numbers(Vendor::Baidu), (0..=7).collect::<Vec<_>>());
        for vendor in Vendor::ALL.into_iter().filter(|vendor| vendor.has_one_region()) {
            assert_eq!(numbers(vendor), [0]);
        }
        let known: Vec<u32> = (0..=12).filter(|number| Vendor::of_number(*number).is_some()).collect();
        assert_eq!(known, [1, 2, 3, 5, 6, 7, 8, 11]);
    }

    #[test]
    fn every_name_leads_to_its_own_number_however_it_is_written() {
        for vendor in Vendor::ALL {
            assert_eq!(Vendor::of_word(&vendor.word().to_uppercase()), Some(vendor));
            for (number, name, _) in vendor.regions() {
                assert_eq!(vendor.region_of_name(name), Some(*number), "{name}");
                assert_eq!(vendor.region_of_name(&name.replace('_', "-").to_lowercase()), Some(*number), "{name}");
            }
        }
        assert_eq!(Vendor::AmazonS3.region_of_name("eu-central-1"), Some(7));
        assert_eq!(Vendor::AmazonS3.region_of_name("CN_Hangzhou"), None);
    }

    #[test]
    fn regions_are_in_the_areas_that_their_names_say() {
        let area = |vendor: Vendor, number| vendor.region(number).and_then(|(_, _, area)| *area);
        assert_eq!(area(Vendor::AmazonS3, 7), Some(Area::Eu));
        assert_eq!(area(Vendor::AmazonS3, 12), None, "South America is none of the four");
        assert_eq!(area(Vendor::Tencent, 1), Some(Area::Cn), "AP_Beijing is on the mainland");
        assert_eq!(area(Vendor::Alibaba, 7), Some(Area::Ap), "Hong Kong is not");
        assert_eq!(area(Vendor::Baidu, 0), Some(Area::Cn));
    }

    #[test]
    fn numbers_of_older_tables_are_known_as_such() {
        for vendor in Vendor::ALL {
            let old: Vec<u32> = (0..40).filter(|number| vendor.is_old_region(*number)).collect();
            assert!(old.iter().all(|number| vendor.region(*number).is_some()), "{vendor:?} {old:?}");
        }
    }
}
