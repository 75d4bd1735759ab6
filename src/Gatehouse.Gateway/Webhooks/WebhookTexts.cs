using Gatehouse.Gateway.Approvals;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Webhooks;

/// <summary>The text of a notification: what a person sees who answers by the webhook.</summary>
internal static class WebhookTexts
{
    /// <summary>Returns the whole text, as the other ways show it, or a summary without the arguments.</summary>
    /// <param name="texts">The text about a question.</param>
    /// <param name="facts">The question.</param>
    /// <param name="settings">The settings of approvals.</param>
    /// <param name="isWhole">True for the whole text.</param>
    public static IReadOnlyList<string> Lines(ApprovalTexts texts, ApprovalFacts facts, ApprovalSettings settings, bool isWhole)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return isWhole ? [.. texts.Lines(facts), .. RememberedText.Lines(facts, null, settings)] : ApprovalText.Summary(facts);
    }
}
