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
    private bool isInChunk;  // its line end was not read yet
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
    // Threat: after a fault or a cancellation the place in the framing is lost, and what follows would be read as another answer (CWE-444).
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        response.BeginRead();
        try
        {
            return await ReadNextAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            response.Abort();
            throw;
        }
        finally
        {
            response.EndRead();
        }
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

    private async ValueTask<int> ReadNextAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (isAtEnd) return 0;
        var connection = response.Connection ?? throw new IOException("the response was ended");
        if (isChunked && remaining == 0 && !await NextChunkAsync(connection, cancellationToken).ConfigureAwait(false)) return End(mayReuse: true);
        if (buffer.IsEmpty)
        {
            await connection.WaitAsync(cancellationToken).ConfigureAwait(false);
            return 0;
        }

        var read = await connection.ReadAsync(remaining is { } most && most < buffer.Length ? buffer[..(int)most] : buffer, cancellationToken)
            .ConfigureAwait(false);
        if (read == 0)
        {
            if (remaining is null) return End(mayReuse: false);
            throw new HttpIOException(HttpRequestError.ResponseEnded, "the answer broke off");
        }

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

    // Reads the line end of the chunk before, and the size of the next one. False behind the last chunk and its trailers, which are not used.
    private async ValueTask<bool> NextChunkAsync(Http1Connection connection, CancellationToken cancellation)
    {
        if (isInChunk)
        {
            await LineAsync(connection, static line => line.IsEmpty ? 0 : -1, cancellation).ConfigureAwait(false);
            isInChunk = false;
        }

        var size = await LineAsync(connection, SizeOf, cancellation).ConfigureAwait(false);
        if (size > 0)
        {
            (remaining, isInChunk) = (size, true);
            return true;
        }

        for (long trailers = 0; await LineAsync(connection, TrailerOf, cancellation).ConfigureAwait(false) is > 0 and var length;)
        {
            trailers += length;
            if (trailers > MostTrailerBytes) throw Invalid();
        }

        return false;
    }

    private delegate long LineReader(ReadOnlySpan<byte> line);

    private static async ValueTask<long> LineAsync(Http1Connection connection, LineReader read, CancellationToken cancellation)
    {
        long value;
        while (!TryLine(connection, read, out value))
        {
            await connection.WaitAsync(cancellation).ConfigureAwait(false);
            if (await connection.FillAsync(cancellation).ConfigureAwait(false) == 0)
                throw new HttpIOException(HttpRequestError.ResponseEnded, "the answer broke off between chunks");
        }

        return value >= 0 ? value : throw Invalid();
    }

    private static bool TryLine(Http1Connection connection, LineReader read, out long value)
    {
        value = 0;
        if (!connection.TryTakeLine(MostLineBytes, out var line)) return false;
        value = read(line);
        return true;
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

    // The length of a trailer, which is not used, or of the empty line behind the last one; -1 for a line that is no field.
    private static long TrailerOf(ReadOnlySpan<byte> line) => line.IsEmpty || ResponseHead.IsField(line) ? line.Length : -1;

    private static HttpIOException Invalid() => new(HttpRequestError.InvalidResponse, "the chunks of the answer are invalid");
}
