namespace Gatehouse.Protocol;

/// <summary>A released revision of the Model Context Protocol, named by its date.</summary>
/// <remarks>There are exactly the instances in <see cref="All"/>, so equality is identity; order is by date.</remarks>
public sealed class ProtocolRevision : IComparable<ProtocolRevision>
{
    private readonly byte[] utf8;

    private ProtocolRevision(string text, bool isModern)
    {
        Text = text;
        utf8 = System.Text.Encoding.ASCII.GetBytes(text);
        IsModern = isModern;
    }

    /// <summary>2024-11-05: HTTP with server-sent events as two endpoints.</summary>
    public static ProtocolRevision V20241105 { get; } = new("2024-11-05", isModern: false);

    /// <summary>2025-03-26: the first with Streamable HTTP; assumed where a legacy request names none.</summary>
    public static ProtocolRevision V20250326 { get; } = new("2025-03-26", isModern: false);

    /// <summary>2025-06-18: brings the version header and resource indicators.</summary>
    public static ProtocolRevision V20250618 { get; } = new("2025-06-18", isModern: false);

    /// <summary>2025-11-25: the newest of the legacy era, with handshake, sessions and resumable streams.</summary>
    public static ProtocolRevision V20251125 { get; } = new("2025-11-25", isModern: false);

    /// <summary>2026-07-28: the first of the modern era, stateless.</summary>
    public static ProtocolRevision V20260728 { get; } = new("2026-07-28", isModern: true);

    /// <summary>Every known revision, oldest first.</summary>
    public static IReadOnlyList<ProtocolRevision> All => Known;

    private static ProtocolRevision[] Known { get; } = [V20241105, V20250326, V20250618, V20251125, V20260728];

    /// <summary>The revisions with a handshake and sessions, oldest first.</summary>
    public static IReadOnlyList<ProtocolRevision> Legacy { get; } = [.. All.Where(revision => !revision.IsModern)];

    /// <summary>The stateless revisions, oldest first.</summary>
    public static IReadOnlyList<ProtocolRevision> Modern { get; } = [.. All.Where(revision => revision.IsModern)];

    /// <summary>True for 2026-07-28 or later: stateless, with metadata in each request.</summary>
    public bool IsModern { get; }

    /// <summary>The revision as written on the wire, <c>yyyy-mm-dd</c>.</summary>
    public string Text { get; }

    /// <summary>The same, in UTF-8.</summary>
    public ReadOnlySpan<byte> Utf8 => utf8;

    /// <summary>Finds a known revision by its exact text.</summary>
    /// <returns>False when the text names no known revision; dates in between or after name none.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ProtocolRevision? revision)
    {
        foreach (var candidate in Known)
        {
            if (text.SequenceEqual(candidate.Text))
            {
                revision = candidate;
                return true;
            }
        }

        revision = null;
        return false;
    }

    /// <inheritdoc/>
    public int CompareTo(ProtocolRevision? other) => string.CompareOrdinal(Text, other?.Text);

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <summary>Returns whether both are the same revision.</summary>
    public static bool operator ==(ProtocolRevision? left, ProtocolRevision? right) => ReferenceEquals(left, right);

    /// <summary>Returns whether the revisions differ.</summary>
    public static bool operator !=(ProtocolRevision? left, ProtocolRevision? right) => !ReferenceEquals(left, right);

    /// <summary>Returns whether <paramref name="left"/> is older.</summary>
    public static bool operator <(ProtocolRevision? left, ProtocolRevision? right) => string.CompareOrdinal(left?.Text, right?.Text) < 0;

    /// <summary>Returns whether <paramref name="left"/> is newer.</summary>
    public static bool operator >(ProtocolRevision? left, ProtocolRevision? right) => string.CompareOrdinal(left?.Text, right?.Text) > 0;

    /// <summary>Returns whether <paramref name="left"/> is older or the same.</summary>
    public static bool operator <=(ProtocolRevision? left, ProtocolRevision? right) => string.CompareOrdinal(left?.Text, right?.Text) <= 0;

    /// <summary>Returns whether <paramref name="left"/> is newer or the same.</summary>
    public static bool operator >=(ProtocolRevision? left, ProtocolRevision? right) => string.CompareOrdinal(left?.Text, right?.Text) >= 0;
}
