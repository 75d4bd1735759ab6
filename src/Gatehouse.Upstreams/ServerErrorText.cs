using System.Globalization;
using System.Text;
using Gatehouse.Outbound;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.MisplacedTokens;
using Gatehouse.Protocol;
using Gatehouse.Refusals;
using Gatehouse.Text;

namespace Gatehouse.Upstreams;

/// <summary>What a server says of its refusal, for events: bounded and escaped.</summary>
internal static class ServerErrorText
{
    private const int MaxCode = 12;
    private const int MaxText = 120;
    private const int MaxBody = 4096;
    private const int MaxBodyText = 256;

    // Threat: a body that comes slowly holds the caller's answer (CWE-400).
    private static readonly TimeSpan BodyPatience = TimeSpan.FromSeconds(1);

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

    /// <summary>Returns the beginning of the body of an HTTP refusal; null without a text.</summary>
    public static async ValueTask<string?> OfBodyAsync(
        OutboundResponse response, UpstreamCredential? credential, TimeProvider time, CancellationToken cancellation)
    {
        var (body, length) = (new byte[MaxBody], 0);
        using var within = new TimeLimit(BodyPatience, time, cancellation);
        try
        {
            var stream = await response.OpenAsync(within.Token).ConfigureAwait(false);
            while (length < MaxBody && await stream.ReadAsync(body.AsMemory(length), within.Token).ConfigureAwait(false) is > 0 and var read)
                length += read;
        }
        catch (Exception e)
            when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // What came until then tells more than nothing.
        }

        // Before the cut: a part of a token would not be known as one. Pages about a fault often show the request with its credential.
        var said = Encoding.UTF8.GetString(body, 0, length).Trim();
        var text = VisibleText.Escape(credential?.IsIn(said) == true ? TokenMask.Masked : TokenMask.Of(said)!);
        return text.Length == 0 ? null : text.Length <= MaxBodyText ? text : text[..MaxBodyText] + "…";
    }

    private static string Cut(string text) => text.Length <= MaxText ? text : text[..MaxText] + "…";
}
