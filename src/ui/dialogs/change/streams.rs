//! Where a web recording is streamed to: one RTMP address, masked as a whole, since it ends in the key of the stream.

use egui::Ui;

use crate::profile::change::Update;
use crate::profile::web::StreamUrl;
use crate::ui::dialogs::fields::{self, Masked};

/// What is filled in.
#[derive(Debug, Default)]
pub struct StreamsForm {
    url: Masked,
    focused: bool,
}

impl StreamsForm {
    pub fn show(&mut self, ui: &mut Ui) {
        let field = fields::masked(ui, "RTMP address", &mut self.url);
        if !std::mem::replace(&mut self.focused, true) {
            field.request_focus();
        }
        let problem = if self.url.is_empty() { None } else { self.update().err() };
        let hint =
            "rtmp:// or rtmps://, with the stream key at its end. Agora takes one address; it replaces the one in use";
        fields::about(ui, problem.as_deref(), hint);
    }

    pub fn update(&self) -> Result<Update, String> {
        let url = StreamUrl::new(self.url.secret()).map_err(|invalid| format!("RTMP address: {}", invalid.rule))?;
        Ok(Update::Outputs(url))
    }
}
