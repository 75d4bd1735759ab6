using System.Buffers;
using System.Runtime.CompilerServices;
using Gatehouse.Pipeline.Exchanges;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gatehouse.Gateway.Transport;

/// <summary>The headers that stages read, taken in one walk over those of a request.</summary>
internal struct RequestHeaders
{
    // Kestrel puts a length that came with a transfer coding under this name.
    private const string DroppedLength = "X-Content-Length";

    // RFC 9110 §5.6.2.
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private Lines lines;
    private List<KeyValuePair<string, string>>? parameters;
    private uint present;
    private uint repeated;

    /// <summary>True when a name is no token, or a length came with a transfer coding.</summary>
    public bool HasOddLine { get; private set; }

    /// <summary>The lines whose names begin with <see cref="HeaderNames.ParameterPrefix"/>.</summary>
    public readonly IReadOnlyList<KeyValuePair<string, string>> Parameters => parameters is null ? [] : parameters;

    /// <summary>The first header that occurs more often than it may.</summary>
    public readonly RequestHeader? Repeated
    {
        get
        {
            if (repeated == 0) return null;
            for (var header = RequestHeader.Host; HeaderNames.IsSingleValued(header); header++)
            {
                if ((repeated & Bit(header)) != 0) return header;
            }

            return null;
        }
    }

    /// <summary>Walks the headers.</summary>
    public static RequestHeaders Read(IHeaderDictionary headers)
    {
        var read = default(RequestHeaders);
        foreach (var (name, values) in headers) read.Add(name, values);
        return read;
    }

    /// <summary>True when the header has at least one line.</summary>
    public readonly bool Has(RequestHeader header) => (present & Bit(header)) != 0;

    /// <summary>The value of a header with exactly one line; otherwise null.</summary>
    public readonly string? Single(RequestHeader header) => (repeated & Bit(header)) != 0 ? null : lines[(int)header];

    /// <summary>The value of a header that may have several lines, as one list; null where it has none.</summary>
    public readonly string? List(RequestHeader header) => lines[(int)header];

    private static uint Bit(RequestHeader header) => 1u << (int)header;

    private void Add(string name, StringValues values)
    {
        if (HeaderNames.TryFind(name, out var header)) Set(header, values);
        else if (name.StartsWith(HeaderNames.ParameterPrefix, StringComparison.OrdinalIgnoreCase)) AddParameter(name, values);
        HasOddLine |= IsOdd(name);
    }

    private void Set(RequestHeader header, StringValues values)
    {
        if (values.Count == 0) return;
        present |= Bit(header);
        if (values.Count > 1) repeated |= Bit(header);
        lines[(int)header] = values.ToString(); // several lines as one list
    }

    private void AddParameter(string name, StringValues values)
    {
        parameters ??= [];
        foreach (var value in values) parameters.Add(new KeyValuePair<string, string>(name, value ?? ""));
    }

    // The names that HTTP/2 begins with ':' are Kestrel's own.
    private static bool IsOdd(string name) =>
        name.Equals(DroppedLength, StringComparison.OrdinalIgnoreCase)
        || (name.Length > 0 && name[0] != ':' && name.AsSpan().ContainsAnyExcept(TokenCharacters));

    [InlineArray(16)]
    private struct Lines
    {
        private string? first;
    }
}
