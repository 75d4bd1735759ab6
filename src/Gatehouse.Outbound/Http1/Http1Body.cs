using System.Buffers;
using System.Globalization;
using System.Net;

namespace Gatehouse.Outbound.Http1;

/// <summary>
/// The body of a response, read up to its end and not beyond: by its length, by its chunks, or to the end of the connection (RFC 9112 §6.3, §7.1).
/// </summary>
internal sealed class Http1Body : Stream
{
    private const int MostLineBytes = 4096; // a size with its extensions, or a trailer
    private const int MostTrailerBytes = 16 * 1024;

    private static readonly SearchValues<byte> Hexadecimal = SearchValues.Create("0123456789abcdefABCDEF"u8);

    private readonly Http1Response response;
    private readonly bool isChunked;
    private long? remaining; // of the body, or of the chunk; null up to the end of the connection
    private bool expectsLineEnd; // behind the data of a chunk
    private bool isInTrailers;
    private int trailerBytes;
    private bool isAtEnd;

    public Http1Body(Http1Response response, ResponseHead head)
    {
        this.response = response;
        isChunked = head.IsChunked;
        remaining = isChunked ? 0 : head.ContentLength;
        isAtEnd = remaining == 0 && !isChunked;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Bytes of the body that were not read yet; null where the server has not said so.</summary>
    public long? Remaining => isChunked ? null : remaining;

    /// <summary>Reads bytes of the body. A read into no memory waits until there are some, and no buffer is held meanwhile.</summary>
    /// <exception cref="InvalidOperationException">Another read is under way. The connection is closed.</exception>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        response.BeginRead();
        return ReadNextAsync(buffer, cancellationToken);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("the body is read asynchronously");

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) response.Abort();
        base.Dispose(disposing);
    }

    // One async method does all of it: each nested one would add a state machine to every idle stream.
    private async ValueTask<int> ReadNextAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            while (isChunked && remaining == 0 && !isAtEnd && !TryReadFraming(Connection))
            {
                await Connection.WaitAsync(cancellationToken).ConfigureAwait(false);
                if (await Connection.FillAsync(cancellationToken).ConfigureAwait(false) == 0)
                    throw new HttpIOException(HttpRequestError.ResponseEnded, "the answer broke off between chunks");
            }

            if (isAtEnd) return End(mayReuse: true);
            return buffer.IsEmpty
                ? await Connection.WaitAsync(cancellationToken).ConfigureAwait(false)
                : Advance(await Connection.ReadAsync(Limited(buffer), cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            // Threat: the place in the framing is lost, and what follows would be read as another answer (CWE-444).
            response.Abort();
            throw;
        }
        finally
        {
            response.EndRead();
        }
    }

    private Http1Connection Connection => response.Connection ?? throw new IOException("the response was ended");

    private Memory<byte> Limited(Memory<byte> buffer) => remaining is { } most && most < buffer.Length ? buffer[..(int)most] : buffer;

    private int Advance(int read)
    {
        if (read == 0 && remaining is null) return End(mayReuse: false);
        if (read == 0) throw new HttpIOException(HttpRequestError.ResponseEnded, "the answer broke off");
        remaining -= read;
        if (remaining == 0 && !isChunked) End(mayReuse: true);
        return read;
    }

    private int End(bool mayReuse)
    {
        isAtEnd = true;
        response.ReleaseConnection(mayReuse);
        return 0;
    }

    // Reads the framing between two chunks. Returns true at the data of the next chunk and at the end of the body, false where a line is incomplete.
    // Trailers are not used.
    private bool TryReadFraming(Http1Connection connection)
    {
        while (connection.TryTakeLine(MostLineBytes, out var line))
        {
            if (expectsLineEnd)
            {
                if (!line.IsEmpty) throw Invalid();
                expectsLineEnd = false;
            }
            else if (!isInTrailers)
            {
                var size = SizeOf(line);
                if (size < 0) throw Invalid();
                (remaining, expectsLineEnd, isInTrailers) = (size, size > 0, size == 0);
                if (size > 0) return true;
            }
            else if (line.IsEmpty)
            {
                return isAtEnd = true;
            }
            else
            {
                trailerBytes += line.Length;
                if (trailerBytes > MostTrailerBytes || !ResponseHead.IsField(line)) throw Invalid();
            }
        }

        return false;
    }

    /// <summary>Reads the line before a chunk: hexadecimal digits, and extensions that are not used; -1 for none.</summary>
    internal static long SizeOf(ReadOnlySpan<byte> line)
    {
        var digits = line.IndexOfAnyExcept(Hexadecimal);
        if (digits < 0) digits = line.Length;
        if (digits is 0 or > 15) return -1;
        var rest = line[digits..].TrimStart(" \t"u8);
        if (!rest.IsEmpty && (rest[0] != ';' || ResponseHead.HasControl(rest))) return -1;
        return long.Parse(line[..digits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }

    private static HttpIOException Invalid() => new(HttpRequestError.InvalidResponse, "the chunks of the answer are invalid");
}
