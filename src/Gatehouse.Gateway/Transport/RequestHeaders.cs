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

    private Values values;
    private List<KeyValuePair<string, string>>? parameters;
    private uint present;
    private uint repeated;

    /// <summary>
    /// True when another HTTP parser may find another end of the request: the name of a field is no token, or a length came with a transfer coding.
    /// </summary>
    public bool HasUnclearFraming { get; private set; }

    /// <summary>The field lines whose names begin with <see cref="HeaderNames.ParameterPrefix"/>.</summary>
    public readonly IReadOnlyList<KeyValuePair<string, string>> Parameters => parameters is null ? [] : parameters;

    /// <summary>The first of <see cref="HeaderNames.SingleValued"/> that occurs more than once; otherwise null.</summary>
    public readonly RequestHeader? Repeated
    {
        get
        {
            if (repeated == 0) return null;
            foreach (var header in HeaderNames.SingleValued)
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
        foreach (var (name, fields) in headers) read.Add(name, fields);
        return read;
    }

    /// <summary>True when the header has at least one field line.</summary>
    public readonly bool Has(RequestHeader header) => (present & Bit(header)) != 0;

    /// <summary>The value of a header with exactly one field line; otherwise null.</summary>
    public readonly string? Single(RequestHeader header) => (repeated & Bit(header)) != 0 ? null : values[(int)header];

    /// <summary>The value of a header that may have several field lines, as one list (RFC 9110 §5.3); null where it has none.</summary>
    public readonly string? List(RequestHeader header) => values[(int)header];

    private static uint Bit(RequestHeader header) => 1u << (int)header;

    private void Add(string name, StringValues fields)
    {
        if (HeaderNames.TryFind(name, out var header)) Set(header, fields);
        else if (name.StartsWith(HeaderNames.ParameterPrefix, StringComparison.OrdinalIgnoreCase)) AddParameter(name, fields);
        HasUnclearFraming |= IsUnclear(name);
    }

    private void Set(RequestHeader header, StringValues fields)
    {
        if (fields.Count == 0) return;
        present |= Bit(header);
        if (fields.Count > 1) repeated |= Bit(header);
        values[(int)header] = fields.ToString(); // several field lines as one list
    }

    private void AddParameter(string name, StringValues fields)
    {
        parameters ??= [];
        foreach (var value in fields) parameters.Add(new KeyValuePair<string, string>(name, value ?? ""));
    }

    // The names of HTTP/2 that begin with ':' are Kestrel's own.
    private static bool IsUnclear(string name) =>
        name.Equals(DroppedLength, StringComparison.OrdinalIgnoreCase)
        || (name.Length > 0 && name[0] != ':' && name.AsSpan().ContainsAnyExcept(TokenCharacters));

    [InlineArray(HeaderNames.Count)]
    private struct Values
    {
        private string? first;
    }
}
