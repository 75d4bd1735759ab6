using System.Diagnostics;
using System.Text.Json.Serialization;

namespace Gatehouse.Identity.Bearer;

/// <summary>
/// A secret held in memory that no log, dump or console can print by accident.
/// </summary>
/// <remarks>
/// Every use of the text goes through <see cref="Reveal"/>, so a search for that word lists all of them.
/// <see cref="Dispose"/> overwrites the characters. Threat: secrets that reach logs by interpolation (MCP row A23).
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
[JsonConverter(typeof(SecretTextConverter))]
public sealed class SecretText : IDisposable
{
    /// <summary>The text that is printed in place of any secret.</summary>
    public const string Mask = "***";

    private readonly char[] characters;
    private bool isZeroed;

    /// <summary>Copies the secret; the caller stays responsible for its own copy.</summary>
    /// <param name="text">The secret, of any length.</param>
    public SecretText(ReadOnlySpan<char> text) => characters = text.ToArray();

    /// <summary>Gives the secret itself, valid until <see cref="Dispose"/>.</summary>
    /// <exception cref="ObjectDisposedException">The secret was overwritten.</exception>
    public ReadOnlySpan<char> Reveal()
    {
        ObjectDisposedException.ThrowIf(isZeroed, this);
        return characters;
    }

    /// <summary>Overwrites the secret with zeros.</summary>
    public void Dispose()
    {
        Array.Clear(characters);
        isZeroed = true;
    }

    /// <summary>Always the mask, whatever the secret.</summary>
    public override string ToString() => Mask;
}
