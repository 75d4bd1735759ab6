using System.Globalization;
using Gatehouse.Identity.Bearer;
using Gatehouse.Settings;

namespace Gatehouse.Outbound;

/// <summary>
/// The value of a <c>keyvault:</c> reference. Without a version it is read again while the gateway runs. A new value is used from the next call on,
/// and calls that hold the old one finish with it. Safe for concurrent use.
/// </summary>
internal sealed class VaultedSecret : HeldSecret
{
    private static readonly TimeSpan AgainAfterFault = TimeSpan.FromMinutes(1);

    private readonly TimeProvider time;
    private volatile State state;

    public VaultedSecret(VaultSettings vault, SecretReference reference, VaultValue value, bool allowsLines, TimeProvider time)
        : this(vault, reference, allowsLines, time, new State(value.Value, value.Version, time.GetUtcNow(), time.GetUtcNow(), null))
    {
    }

    private VaultedSecret(VaultSettings vault, SecretReference reference, bool allowsLines, TimeProvider time, State state)
    {
        (Vault, Reference, AllowsLines, this.time, this.state) = (vault, reference, allowsLines, time, state);
        Name = KeyVaultName.Of(reference)!.Value;
    }

    /// <summary>The vault, as the configuration has it that the value was read for.</summary>
    public VaultSettings Vault { get; }

    /// <summary>The reference.</summary>
    public SecretReference Reference { get; }

    /// <summary>The parts of the reference.</summary>
    public KeyVaultName Name { get; }

    /// <summary>True where every key that names it allows several lines.</summary>
    public bool AllowsLines { get; }

    /// <summary>The end of the use of the last value while the vault does not answer.</summary>
    public DateTimeOffset Until => state.Answered + Vault.Outage;

    /// <summary>The fault of the last read; null when it succeeded.</summary>
    public VaultReadException? Fault => state.Fault;

    /// <summary>True when the value may be used.</summary>
    public bool IsUsable => Name.Version is not null || (state.Fault is not { IsGone: true } && time.GetUtcNow() <= Until);

    /// <summary>True when it has no version and its time to be read again has come.</summary>
    public bool IsDue
    {
        get
        {
            var seen = state;
            var after = seen.Fault is null || Vault.Recheck < AgainAfterFault ? Vault.Recheck : AgainAfterFault;
            return Name.Version is null && time.GetUtcNow() - seen.Asked >= after;
        }
    }

    /// <inheritdoc />
    public override VaultValue Now => IsUsable && state is var now ? new VaultValue(now.Value, now.Version) : throw new InvalidDataException(
        $"the secret {Reference} was good last at {state.Answered.ToString("u", CultureInfo.InvariantCulture)}, and is not used any more: "
        + (state.Fault?.Message ?? "it was not read again"));

    /// <summary>
    /// Returns the same value for another configuration, whose times count from now on; null where its vault or its identity is another one, or where
    /// it allows other values.
    /// </summary>
    public VaultedSecret? For(VaultSettings vault, bool allowsLines) =>
        vault.Url == Vault.Url && vault.Identity == Vault.Identity && vault.ClientId == Vault.ClientId && allowsLines == AllowsLines
            ? new VaultedSecret(vault, Reference, allowsLines, time, state) : null;

    /// <summary>Takes the answer of a read.</summary>
    /// <returns>True when the value is another one than before.</returns>
    public bool Take(VaultValue value)
    {
        var (now, before) = (time.GetUtcNow(), state.Value);
        var isSame = before.Reveal().SequenceEqual(value.Value.Reveal()); // neither comes from a caller, so the time of the comparison tells nothing
        state = new State(isSame ? before : value.Value, value.Version, now, now, null);
        return !isSame;
    }

    /// <summary>Takes the fault of a read. The value before it stays in use as long as it may.</summary>
    /// <returns>Whether this read is the first one without an answer, and whether it ends the use of the value.</returns>
    public (bool IsFirst, bool IsEnd) Fail(VaultReadException fault)
    {
        var seen = state;
        var wasEnded = seen.IsEnded;
        state = seen with { Asked = time.GetUtcNow(), Fault = fault };
        if (!IsUsable) state = state with { IsEnded = true };
        return (seen.Fault is null, state.IsEnded && !wasEnded);
    }

    /// <summary>The value with its times.</summary>
    /// <param name="Value">The value of the last good read.</param>
    /// <param name="Version">Its version; null where the vault names none.</param>
    /// <param name="Answered">Time of the last good read.</param>
    /// <param name="Asked">Time of the last read.</param>
    /// <param name="Fault">The fault of the last read; null when it succeeded.</param>
    private sealed record State(SecretText Value, string? Version, DateTimeOffset Answered, DateTimeOffset Asked, VaultReadException? Fault)
    {
        /// <summary>True once a read has found that the value may not be used any more.</summary>
        public bool IsEnded { get; init; }
    }
}
