using System.Diagnostics;
using System.Security.Cryptography;

namespace Gatehouse.Storage;

/// <summary>
/// The value of a secret in memory, which no log, dump or console can print by accident. <see cref="Dispose"/> overwrites it. Every use goes through
/// <see cref="Reveal"/>, so that a search for that word lists all of them.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class OpenedSecret : IDisposable
{
    private readonly byte[] value;
    private bool isZeroed;

    internal OpenedSecret(byte[] value) => this.value = value;

    /// <summary>Gives the value itself, valid until <see cref="Dispose"/>.</summary>
    /// <exception cref="ObjectDisposedException">The value was overwritten.</exception>
    public ReadOnlySpan<byte> Reveal()
    {
        ObjectDisposedException.ThrowIf(isZeroed, this);
        return value;
    }

    /// <summary>Overwrites the value with zeros.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(value);
        isZeroed = true;
    }

    /// <summary>Always the mask, whatever the value.</summary>
    public override string ToString() => "***";
}
