namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>A warning about a client.</summary>
/// <param name="Kind">The kind; it says what the texts are.</param>
/// <param name="First">The first text.</param>
/// <param name="Second">The second text.</param>
internal sealed record PageWarning(PageWarningKind Kind, string? First = null, string? Second = null)
{
    /// <summary>The warning in words.</summary>
    public HtmlPart Describe(Wording words)
    {
        var (first, second) = (First ?? "", Second ?? "");
        return Kind switch
        {
            PageWarningKind.LoopbackOnly => words[PageText.WarnLoopback],
            PageWarningKind.LookAlike when Second is null => words.Of(PageText.WarnLookAlikeUnnamed, ("name", Shown.Claimed(first))),
            PageWarningKind.LookAlike => words.Of(PageText.WarnLookAlike, ("name", Shown.Claimed(first)), ("other", Shown.Claimed(second))),
            PageWarningKind.Punycode when Second is null => words.Of(PageText.WarnPunycodeUnnamed, ("host", Shown.Code(first))),
            PageWarningKind.Punycode => words.Of(PageText.WarnPunycode, ("host", Shown.Code(first)), ("other", Shown.Claimed(second))),
            PageWarningKind.Changed when First is null || Second is null => words[PageText.WarnChangedUnnamed],
            PageWarningKind.Changed => words.Of(PageText.WarnChanged, ("before", Shown.Claimed(first)), ("now", Shown.Claimed(second))),
            _ => words.Of(PageText.WarnUnvouched, ("name", Shown.Claimed(first))),
        };
    }
}
