using System.Net;

namespace Gatehouse.Outbound;

/// <summary>
/// The answer of a server to one request: its status, the few fields that are read, and its body, which is either read whole or opened, once.
/// </summary>
internal abstract class OutboundResponse : IDisposable
{
    /// <summary>The status; 200 to 599 from the client of this project, what the platform accepts from its handler.</summary>
    public abstract HttpStatusCode StatusCode { get; }

    /// <summary>True for 200 to 299.</summary>
    public bool IsSuccess => (int)StatusCode is >= 200 and < 300;

    /// <summary>The protocol that the server answered with.</summary>
    public abstract Version Version { get; }

    /// <summary>The media type as it was sent; null where there is none.</summary>
    public abstract string? ContentType { get; }

    /// <summary>False where the head names no media type, or the length 0.</summary>
    public abstract bool HasBody { get; }

    /// <summary>True where the body has a content coding.</summary>
    public abstract bool HasContentEncoding { get; }

    /// <summary>Returns the value of a field that the client keeps; null where it is absent or repeated.</summary>
    public abstract string? Field(string name);

    /// <summary>Reads the whole body, into memory of its own; null when it is larger than the bound.</summary>
    /// <param name="maxBytes">The bound.</param>
    /// <param name="holding">Receives the number of bytes held, whenever it grows. An exception of it ends the reading.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="IOException">The body broke off, or its framing is invalid.</exception>
    /// <exception cref="HttpRequestException">The same, as the platform's handler reports it.</exception>
    public abstract ValueTask<byte[]?> ReadAsync(int maxBytes, Action<int>? holding, CancellationToken cancellation);

    /// <summary>Returns the body for reading in parts.</summary>
    public abstract ValueTask<Stream> OpenAsync(CancellationToken cancellation);

    /// <summary>
    /// Ends the use of a response. What remains of a short body, or of its framing, is read in the background for a moment, so that the connection
    /// can be used again. A connection whose body is longer is closed.
    /// </summary>
    public abstract void Dispose();

    /// <summary>Ends the use of a response before its end, and closes its connection: the server learns that the request is cancelled.</summary>
    public abstract void Abort();
}
