using System.Net.Sockets;
using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Doubles;

/// <summary>A fetcher that connects to every address to which a name leads.</summary>
internal sealed class AnyDestination : IClientDocumentFetcher
{
    private static readonly HttpClient Client = new(new SocketsHttpHandler { UseProxy = false, ConnectCallback = ConnectAsync });

    public async ValueTask<ClientDocumentAnswer?> GetAsync(Uri address, int maxBytes, CancellationToken cancellation)
    {
        using var answer = await Client.GetAsync(address, cancellation).ConfigureAwait(false);
        return new ClientDocumentAnswer((int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false))
        {
            MediaType = answer.Content.Headers.ContentType?.MediaType,
        };
    }

    /// <summary>Fetches a document for a broker that does not care whether there is one.</summary>
    public async Task TryGetAsync(Uri address)
    {
        try
        {
            await GetAsync(address, int.MaxValue, CancellationToken.None).ConfigureAwait(false);
        }
        catch (HttpRequestException)
        {
            // The service has no document. It was reached.
        }
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var addresses = await new AttackerNames().ResolveAsync(context.DnsEndPoint.Host, cancellation).ConfigureAwait(false);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(addresses[0], context.DnsEndPoint.Port, cancellation).ConfigureAwait(false);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
