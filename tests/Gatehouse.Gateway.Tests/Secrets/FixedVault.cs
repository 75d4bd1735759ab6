using Gatehouse.Identity.Bearer;
using Gatehouse.Outbound;

namespace Gatehouse.Gateway.Tests.Secrets;

/// <summary>A vault in which each secret has its name as its value.</summary>
internal sealed class FixedVault : ISecretVault
{
    public int Reads { get; private set; }

    public Task<SecretText> ReadAsync(string name)
    {
        Reads++;
        return Task.FromResult(new SecretText(name));
    }
}
