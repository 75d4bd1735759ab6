using Gatehouse.Pipeline.Confirmations;

namespace Gatehouse.Gateway.Approvals;

/// <summary>
/// The text that the person at a client is shown about a call. It names the gateway and the server, and has the lines that approvers are shown.
/// </summary>
/// <remarks>
/// Threat: a client renders the text as Markdown, and an argument becomes a link, a picture or a heading. Four spaces in front of each line make the
/// call a block of code there, and an indented block in plain text. No line is empty, so that no argument ends the block.
/// </remarks>
internal static class ConfirmationText
{
    /// <summary>The most letters of the text. A person at a client does not read more, and clients cut it.</summary>
    public const int MostLetters = 16 << 10;

    private const string Indent = "    ";

    /// <summary>Returns the text; null where it is longer than <see cref="MostLetters"/>.</summary>
    public static string? Write(ApprovalFacts facts)
    {
        var server = ApprovalText.Visible(facts.Server);
        var text = string.Join('\n',
        [
            $"Gatehouse asks you to confirm a call to the server \"{server}\". Gatehouse asks, not the server.",
            "",
            .. ApprovalText.Lines(facts).Select(static line => Indent + line),
            "",
            $"Choose \"{ConfirmationForm.Yes}\" to carry out exactly this call, once. Every other answer refuses it.",
        ]);
        return text.Length <= MostLetters ? text : null;
    }
}
