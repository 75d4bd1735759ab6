using Gatehouse.Storage;

namespace Gatehouse.Gateway.Secrets;

/// <summary>The reasons why a secret of the store cannot be used, with the remedy; never a value.</summary>
internal static class VaultFault
{
    /// <summary>Returns cause and remedy in one line.</summary>
    public static string Of(string name, SecretState state) => $"{Cause(name, state)}; {Remedy(name, state)}";

    /// <summary>Returns the cause.</summary>
    public static string Cause(string name, SecretState state) => state switch
    {
        SecretState.Missing => $"the secret vault:{name} is not in the store",
        SecretState.KeyLost => $"the secret vault:{name} cannot be opened, because the key ring does not have the key that sealed it",
        _ => $"the secret vault:{name} cannot be opened, because its row in the store is damaged or was changed",
    };

    /// <summary>Returns the remedy.</summary>
    public static string Remedy(string name, SecretState state) => state switch
    {
        SecretState.KeyLost => $"restore the key ring from its copy, or set the secret again with: gatehouse secret set {name}",
        _ => $"set it with: gatehouse secret set {name}",
    };
}
