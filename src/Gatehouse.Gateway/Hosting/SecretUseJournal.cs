using Gatehouse.Audit;
using Gatehouse.Outbound;
using Gatehouse.Upstreams;

namespace Gatehouse.Gateway.Hosting;

/// <summary>The entries about uses of secrets that belong to no exchange. No entry has a value.</summary>
/// <param name="journal">Returns the control entries.</param>
internal sealed class SecretUseJournal(Func<ControlJournal> journal) : ICredentialUses
{
    /// <inheritdoc />
    public void Note(OutsideUse use)
    {
        ArgumentNullException.ThrowIfNull(use);
        journal().NoteUse(
            use.Use, use.Person is { } person ? (person.Issuer, person.Subject, person.ClientId) : null, use.Exchange,
            ("why", use.Why), ("server", use.Server ?? ""));
    }

    /// <summary>Records a secret that a part of the gateway took to use it.</summary>
    public void Note(TakenSecret taken)
    {
        ArgumentNullException.ThrowIfNull(taken);
        var use = new CredentialUse("secret") { Reference = taken.Reference.ToString(), Version = taken.Version };
        Note(new OutsideUse(use, taken.Purpose, taken.Server, null, null));
    }
}
