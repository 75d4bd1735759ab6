using System.Buffers;
using System.Text;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Canonical;
using Gatehouse.Protocol.Framing;
using Gatehouse.Protocol.Json;
using Gatehouse.Protocol.Validation;

namespace Gatehouse.Pipeline.Relaying;

/// <summary>
/// The progress of a request that waits for a person: notifications of the gateway with the client's own token (MCP, basic/utilities/progress). Each
/// shows the client that the request is alive. The values rise from 0 in steps of 10⁻⁹, so that the progress of the server continues above them.
/// </summary>
internal sealed class HeldProgress
{
    private const decimal Increment = 0.000000001m;

    private readonly Exchange exchange;
    private readonly byte[] token;

    private HeldProgress(Exchange exchange, byte[] token)
    {
        this.exchange = exchange;
        this.token = token;
    }

    /// <summary>Returns the progress of a request; null where its client did not ask for any.</summary>
    public static HeldProgress? Of(Exchange exchange)
    {
        if (exchange.Message is not { Kind: MessageKind.Request } request || !request.Has(EnvelopeMember.MetaProgressToken)) return null;
        return JsonRpcId.TryParse(request.Part(EnvelopeMember.MetaProgressToken), MessageLimits.Default, out _)
            ? new HeldProgress(exchange, request.Raw(EnvelopeMember.MetaProgressToken).ToArray()) : null;
    }

    /// <summary>Sends the next value. It opens the stream of the request, as a sign of life does.</summary>
    public async ValueTask SendAsync(IReply reply, CancellationToken cancellation)
    {
        var value = exchange.ProgressSent is { } sent ? sent + Increment : 0m;
        if (!MessageValidator.TryValidate(Write(value), MessageLimits.Default, out var message, out _)) return;
        await reply.OpenStreamAsync(exchange, cancellation).ConfigureAwait(false);
        exchange.ProgressSent = value; // before it is sent: a value that may have arrived must not come again
        await reply.SendEventAsync(exchange, new UpstreamEvent(message), cancellation).ConfigureAwait(false);
    }

    private ReadOnlyMemory<byte> Write(decimal value)
    {
        var id = exchange.Questions.OpenId is { } asked ? $" ({asked})" : "";
        var text = exchange.Questions.AwaitsConfirmation ? "Waiting for a confirmation." : $"Waiting for an approval{id}.";
        byte[] parameters = [.. "{\"progressToken\":"u8, .. token, .. ",\"progress\":"u8, .. Encoding.ASCII.GetBytes(JsonNumbers.Text(value)),
            .. ",\"message\":"u8, .. JsonText.Encode(text), (byte)'}'];
        var buffer = new ArrayBufferWriter<byte>(256);
        JsonRpcWriter.WriteNotification(buffer, "notifications/progress", parameters);
        return buffer.WrittenMemory;
    }
}
