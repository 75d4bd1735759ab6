namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>Something new since a person's last consent to a client.</summary>
/// <param name="Kind">The kind; it says what the text is.</param>
/// <param name="Text">The text.</param>
internal sealed record PageChange(PageChangeKind Kind, string Text = "")
{
    /// <summary>The change in words.</summary>
    public HtmlPart Describe(Wording words) => Kind switch
    {
        PageChangeKind.FirstConsent => words[PageText.ChangeFirst],
        PageChangeKind.OtherPerson => words[PageText.ChangePerson],
        PageChangeKind.NewRedirect => words.Of(PageText.ChangeRedirect, ("address", Shown.Address(Text))),
        PageChangeKind.NewScope => words.Of(PageText.ChangeScope, ("scope", Shown.Code(Text))),
        PageChangeKind.NewName => words.Of(PageText.ChangeName, ("name", Shown.Claimed(Text))),
        _ => words[PageText.ChangeServer],
    };
}
