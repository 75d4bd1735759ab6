using System.Globalization;
using System.Text;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Relaying;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;
using Gatehouse.Protocol.Validation;

namespace Gatehouse.Pipeline.Approve;

/// <summary>
/// The progress of a request that waits for a person: notifications of the gateway with the client's own token (MCP, basic/utilities/progress). Each
/// shows the client that the request is alive. The values rise from 0 in steps of 10⁻⁹, so that the progress of the server continues above them.
/// </summary>
internal sealed class HeldProgress
{
    private const decimal Step = 0.000000001m;

    private readonly Exchange exchange;
    private readonly string token;

    private HeldProgress(Exchange exchange, string token)
    {
        this.exchange = exchange;
        this.token = token;
    }

    /// <summary>Returns the progress of a request; null where its client did not ask for any.</summary>
    public static HeldProgress? Of(Exchange exchange)
    {
        if (exchange.Message is not { Kind: MessageKind.Request } request || !request.Has(EnvelopeMember.MetaProgressToken)) return null;
        return JsonRpcId.TryParse(request.Part(EnvelopeMember.MetaProgressToken), MessageLimits.Default, out _)
            ? new HeldProgress(exchange, Encoding.UTF8.GetString(request.Raw(EnvelopeMember.MetaProgressToken))) : null;
    }

    /// <summary>Sends the next value. It opens the stream of the request, as a sign of life does.</summary>
    public async ValueTask SendAsync(IReply reply, CancellationToken cancellation)
    {
        var value = exchange.ProgressSent is { } sent ? sent + Step : 0m;
        if (!MessageValidator.TryValidate(Write(value), MessageLimits.Default, out var message, out _)) return;
        await reply.OpenStreamAsync(exchange, cancellation).ConfigureAwait(false);
        exchange.ProgressSent = value; // before it is sent: a value that may have arrived must not come again
        await reply.SendEventAsync(exchange, new UpstreamEvent(message), cancellation).ConfigureAwait(false);
    }

    private byte[] Write(decimal value)
    {
        var id = exchange.AskedApproval is { } asked ? $" ({asked})" : "";
        return Encoding.UTF8.GetBytes("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":" + token
            + ",\"progress\":" + Text(value) + ",\"message\":" + Encoding.UTF8.GetString(JsonText.Encode($"Waiting for an approval{id}.")) + "}}");
    }

    /// <summary>Returns a value as a JSON number without an exponent.</summary>
    internal static string Text(decimal value) => value.ToString("0.#########", CultureInfo.InvariantCulture);
}
