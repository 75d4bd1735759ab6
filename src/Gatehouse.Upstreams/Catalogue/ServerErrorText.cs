using System.Globalization;
using System.Text;
using Gatehouse.Protocol;
using Gatehouse.Refusals;
using Gatehouse.Text;

namespace Gatehouse.Upstreams.Catalogue;

/// <summary>A server's refusal of the gateway's own request, for events and the operator: bounded and escaped.</summary>
internal static class ServerErrorText
{
    private const int MaxCode = 12;
    private const int MaxText = 120;

    /// <summary>Returns the refusal with the code as its detail and the server's message as its words.</summary>
    public static Refusal Of(ValidatedMessage error)
    {
        var code = Encoding.UTF8.GetString(error.Raw(EnvelopeMember.ErrorCode));
        var words = error.Text(EnvelopeMember.ErrorMessage) ?? "";
        // A number is no text: every other token is part of the words.
        return code.Length <= MaxCode && long.TryParse(code, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
            ? new Refusal(Reasons.UpstreamFault, code) { Words = Cut(VisibleText.Escape(words)) }
            : new Refusal(Reasons.UpstreamFault) { Words = Cut(VisibleText.Escape($"{code} {words}")) };
    }

    private static string Cut(string text) => text.Length <= MaxText ? text : text[..MaxText] + "…";
}
