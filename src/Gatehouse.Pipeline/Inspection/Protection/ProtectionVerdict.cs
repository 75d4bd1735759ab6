using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Protocol.Json;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Inspection.Protection;

/// <summary>The decision about the secrets and personal data of one message.</summary>
/// <param name="Mode">The strongest treatment.</param>
/// <param name="Rule">The rule that wants it.</param>
/// <param name="Name">Kind and form that it is about.</param>
internal sealed record ProtectionVerdict(ProtectionMode Mode, string Rule, string Name)
{
    /// <summary>The changes: placeholders and tokens in the place of values, and values in the place of tokens.</summary>
    public IReadOnlyList<MessageEdit> Edits { get; init; } = [];

    /// <summary>The places that have a placeholder or token.</summary>
    public IReadOnlyList<ByteRange> Hidden { get; init; } = [];

    /// <summary>The kinds that a notice names.</summary>
    public IReadOnlyList<string> Noticed { get; init; } = [];

    /// <summary>The findings about which a person is to be asked.</summary>
    public IReadOnlyList<WithheldFinding> Asked { get; init; } = [];
}
