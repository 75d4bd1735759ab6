using Gatehouse.AuthorizationServer.Protocol;

namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>
/// The answer to a link that was opened by another person than the one who made the call. It says nothing about that person, the service or the
/// server.
/// </summary>
internal static class OtherPersonPage
{
    /// <summary>Renders the page.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="person">The person who opened it.</param>
    /// <param name="entry">The id of the entry in the audit log.</param>
    /// <param name="sealedLink">The link, for a sign-in with another account.</param>
    public static string Render(PageFrame frame, string person, string entry, string sealedLink)
    {
        var words = frame.Words;
        var form = Blocks.Form(Routes.Connect, sealedLink, Blocks.Button(PageForms.Decision, PageForms.Other, words[PageText.UseAnother]));
        return frame.Render(words[PageText.OtherPersonTitle], HtmlPart.Of(
            $"""
            <h1>{words[PageText.OtherPersonTitle]}</h1>
            <p class="lead">{words.Of(PageText.OtherPersonText, ("person", Shown.Strong(person)))}</p>
            <p>{words[PageText.OtherPersonRemedy]}</p>
            {form}<dl>
            <div><dt>{words[PageText.FaultRequestId]}</dt><dd>{Shown.Code(entry)}</dd></div>
            </dl>

            """));
    }
}
