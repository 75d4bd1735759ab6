using System.Text;
using Gatehouse.Identity.Bearer;
using Gatehouse.Outbound;
using Gatehouse.Storage;

namespace Gatehouse.Gateway.Secrets;

/// <summary>The sealed secrets of the store, as <c>vault:</c> references name them.</summary>
internal sealed class StoredVault(SealedSecrets secrets, KeyRing keys) : ISecretVault
{
    /// <inheritdoc />
    public async Task<SecretText> ReadAsync(string name)
    {
        var place = SecretPlace.OfGateway(name);
        var (state, value) = await secrets.OpenAsync(place).ConfigureAwait(false);
        // A command may have rotated the ring since it was read: then the row has a key that only the file has.
        if (state == SecretState.KeyLost && TryRefresh()) (state, value) = await secrets.OpenAsync(place).ConfigureAwait(false);
        using (value) return state == SecretState.Open ? Text(value!) : throw new InvalidDataException(VaultFault.Of(name, state));
    }

    private bool TryRefresh()
    {
        try
        {
            keys.Refresh();
            return true;
        }
        catch (KeyRingException)
        {
            return false;
        }
    }

    private static SecretText Text(OpenedSecret value)
    {
        var characters = new char[Encoding.UTF8.GetMaxCharCount(value.Reveal().Length)];
        try
        {
            return new SecretText(characters.AsSpan(0, Encoding.UTF8.GetChars(value.Reveal(), characters)));
        }
        finally
        {
            Array.Clear(characters);
        }
    }
}
