using Gatehouse.Storage;

namespace Gatehouse.Range.Doubles;

/// <summary>Binds a sealed secret to nothing.</summary>
internal static class UnboundSeal
{
    public static byte[] Bind(string layer, SecretPlace place) => [];
}
