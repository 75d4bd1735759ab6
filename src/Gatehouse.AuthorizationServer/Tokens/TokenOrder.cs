using System.Collections.Immutable;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>The tokens to be made.</summary>
/// <param name="Grant">The grant.</param>
/// <param name="Facts">Its facts.</param>
/// <param name="Scopes">The scopes of the access token.</param>
/// <param name="KeyThumbprint">The thumbprint of the key to which the access token is bound; null for none.</param>
/// <param name="RefreshKeyThumbprint">
/// The thumbprint of the key to which the refresh token is bound; null for none. That of a confidential client is bound by the client's
/// authentication, so that the client can change its key (RFC 9449 §5).
/// </param>
/// <param name="Earlier">The earlier access tokens of the grant.</param>
internal sealed record TokenOrder(
    GrantRow Grant, GrantFacts Facts, ImmutableArray<string> Scopes, string? KeyThumbprint, string? RefreshKeyThumbprint,
    ImmutableArray<EarlierToken> Earlier);
