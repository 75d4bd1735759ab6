using System.Diagnostics.CodeAnalysis;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Audit.Privacy;

/// <summary>
/// Seals kept requests, each under the key of its person and bound to its exchange. The text is the pseudonym of the key, a full stop, and the box.
/// </summary>
public sealed class PayloadBoxes(SubjectKeys keys)
{
    private const char Separator = '.';

    /// <summary>Seals a request.</summary>
    /// <param name="owner">The person.</param>
    /// <param name="at">The moment of the exchange.</param>
    /// <param name="exchange">The id of the exchange.</param>
    /// <param name="request">The bytes.</param>
    /// <exception cref="AuditUnavailableException">There is no key.</exception>
    public string Seal(SubjectOwner owner, DateTimeOffset at, string exchange, ReadOnlySpan<byte> request)
    {
        try
        {
            var key = keys.For(owner, EntryClass.Payloads, at);
            return string.Concat(key.Pseudonym, ".", key.Seal(request, exchange));
        }
        catch (StoreException fault)
        {
            throw new AuditUnavailableException($"the request cannot be sealed: {fault.Message}", fault);
        }
    }

    /// <summary>Opens a request.</summary>
    /// <returns>False where the text is none, was not sealed for this exchange, or its key was destroyed.</returns>
    /// <exception cref="StoreException">The table of keys cannot be read.</exception>
    public bool TryOpen(string exchange, string text, [NotNullWhen(true)] out byte[]? request)
    {
        ArgumentNullException.ThrowIfNull(text);
        request = null;
        var end = text.IndexOf(Separator, StringComparison.Ordinal);
        if (end < 0 || keys.Find(text[..end]) is not { } key) return false;
        request = key.Open(text.AsSpan(end + 1), exchange);
        return request is not null;
    }
}
