using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Bearer;

/// <summary>A bearer token as a caller presented it. It can be validated and nothing else.</summary>
/// <remarks>
/// Threat: token passthrough and the confused deputy (MCP rows A09, A10; RFC 9700 §4.9). No public member gives the text
/// back, so no code outside this assembly can forward or print the caller's token.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
[SuppressMessage("Performance", "CA1815", Justification = "Two presented tokens are never compared; their hashes are.")]
public readonly struct AccessTokenValue
{
    private readonly ReadOnlyMemory<char> text;

    /// <summary>Wraps a token.</summary>
    /// <param name="text">The token's characters; anything at all, the validator judges it.</param>
    public AccessTokenValue(ReadOnlyMemory<char> text) => this.text = text;

    /// <summary>Wraps a token.</summary>
    /// <param name="text">The token's characters; anything at all, the validator judges it.</param>
    public AccessTokenValue(string text)
        : this(text.AsMemory())
    {
    }

    /// <summary>True when there is no token at all.</summary>
    public bool IsEmpty => text.IsEmpty;

    /// <summary>Returns the token itself, only for the validator.</summary>
    internal ReadOnlySpan<char> RevealToValidator() => text.Span;

    /// <summary>Returns the SHA-256 of the token in UTF-8, by which it can be compared with a known one.</summary>
    internal TokenHash Hash() => TokenHash.Of(Encoding.UTF8.GetBytes(text.Span.ToString()));

    /// <summary>Always the mask, whatever the token.</summary>
    public override string ToString() => SecretText.Mask;
}
