using System.Net.Sockets;

namespace Gatehouse.Outbound.Http1;

/// <summary>
/// A client of one server that speaks HTTP/1.1. The request leaves in one write from prepared bytes, an ordinary answer arrives in one read, and an
/// idle stream holds no buffer. Only <see cref="Http1Factory"/> makes it, over connections of the one factory of outgoing clients.
/// </summary>
internal sealed class Http1Client : IDisposable
{
    /// <summary>The most bytes of a body that is sent here. They fit into the buffers of a connection, beside the head.</summary>
    public const int MostBodyBytes = 64 * 1024;

    // Time for the end of a framing, behind an answer that is complete.
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(1);

    private readonly Func<CancellationToken, ValueTask<Stream>> connect;
    private readonly TimeSpan connectTimeout;
    private readonly IReadOnlyList<string> keep;
    private readonly TimeProvider time;
    private readonly ConnectionPool pool;
    private readonly byte[] prepared;
    private volatile bool isDisposed;

    /// <summary>Creates the client.</summary>
    /// <param name="connect">Opens a connection, with TLS where the address asks for it.</param>
    /// <param name="server">The endpoint and its settings.</param>
    /// <param name="time">The clock of idle connections and time limits.</param>
    /// <exception cref="FormatException">The host cannot be written.</exception>
    public Http1Client(Func<CancellationToken, ValueTask<Stream>> connect, Http1Endpoint server, TimeProvider time)
    {
        (this.connect, this.time) = (connect, time);
        (connectTimeout, keep) = (server.ConnectTimeout, server.Keep);
        prepared = Http1Request.Prepare(server.Url, server.Host);
        pool = new ConnectionPool(time);
    }

    /// <summary>The idle connections. For tests.</summary>
    internal int IdleConnections => pool.IdleCount;

    /// <summary>Begins a request. The length of its body is a hint for the buffer.</summary>
    public Http1Request Begin(HttpMethod method, int bodyBytes = 0) => Http1Request.Begin(method, prepared, bodyBytes);

    /// <summary>Sends a request, and reads the head of its answer. It is sent at most once. The request is disposed.</summary>
    /// <exception cref="HttpRequestException">The server could not be reached, ended the connection, or its answer is invalid. As with the
    /// platform's handler, the error names what failed, and a refused destination is the inner exception.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled, or connecting took too long.</exception>
    /// <exception cref="ObjectDisposedException">The client is disposed: its server is not configured any more. Nothing was sent.</exception>
    public async ValueTask<OutboundResponse> SendAsync(Http1Request request, CancellationToken cancellation)
    {
        using var sent = request;
        cancellation.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(isDisposed, this);
        // Other requests than messages are rare, and open a connection: an idle one that the server closes at this moment would lose them.
        var idle = request.Method == HttpMethod.Post ? pool.Take(cancellation) : null;
        var connection = idle ?? await OpenAsync(cancellation).ConfigureAwait(false);
        try
        {
            var head = await connection.SendAsync(request, keep, cancellation).ConfigureAwait(false);
            return new Http1Response(this, connection, head);
        }
        catch (Exception e)
        {
            connection.Dispose();
            if (cancellation.IsCancellationRequested && e is IOException or ObjectDisposedException)
                throw new OperationCanceledException("the request was ended", e, cancellation);
            if (e is IOException) throw new HttpRequestException(HttpRequestError.Unknown, "the connection broke off", e);
            throw;
        }
    }

    public void Dispose()
    {
        isDisposed = true;
        pool.Dispose();
    }

    internal void Return(Http1Connection connection) => pool.Return(connection);

    internal CancellationTokenSource NewDrainLimit() => new(DrainPatience, time);

    private async ValueTask<Http1Connection> OpenAsync(CancellationToken cancellation)
    {
        var connection = new Http1Connection(await ConnectAsync(cancellation).ConfigureAwait(false), time);
        if (!isDisposed && connection.TryBegin(cancellation)) return connection;
        connection.Dispose();
        ObjectDisposedException.ThrowIf(isDisposed, this);
        cancellation.ThrowIfCancellationRequested();
        throw new HttpRequestException(
            HttpRequestError.ConnectionError, "the server closed the connection, or sent something, before a request was sent");
    }

    // Like the platform's handler: whatever fails here is a failure to connect, and no byte of the request was sent.
    private async ValueTask<Stream> ConnectAsync(CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(connectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            return await connect(either.Token).ConfigureAwait(false);
        }
        catch (SocketException e)
            when (e.SocketErrorCode is SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData or SocketError.NoRecovery)
        {
            throw new HttpRequestException(HttpRequestError.NameResolutionError, "the name has no address", e);
        }
        catch (Exception e) when (e is not (HttpRequestException or OperationCanceledException))
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, "no connection", e);
        }
    }
}
