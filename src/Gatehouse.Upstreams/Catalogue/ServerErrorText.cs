using System.Text;
using Gatehouse.Protocol;
using Gatehouse.Text;

namespace Gatehouse.Upstreams.Catalogue;

/// <summary>The text of a server's refusal of the gateway's own request, for events and the operator: bounded and escaped.</summary>
internal static class ServerErrorText
{
    private const int MaxCode = 12;
    private const int MaxText = 120;

    /// <summary>Returns its code and message.</summary>
    public static string Of(ValidatedMessage error)
    {
        var code = Encoding.UTF8.GetString(error.Raw(EnvelopeMember.ErrorCode));
        var words = error.Text(EnvelopeMember.ErrorMessage) ?? "";
        return Cut(VisibleText.Escape(code), MaxCode) + " " + Cut(VisibleText.Escape(words), MaxText);
    }

    private static string Cut(string text, int most) => text.Length <= most ? text : text[..most] + "…";
}
