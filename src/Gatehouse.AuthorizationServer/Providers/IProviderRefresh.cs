namespace Gatehouse.AuthorizationServer.Providers;

/// <summary>A sign-in provider that issues further tokens for a person who signed in there (RFC 6749 §6).</summary>
internal interface IProviderRefresh
{
    /// <summary>Name of the provider in the configuration.</summary>
    string Name { get; }

    /// <summary>Requests further tokens.</summary>
    /// <param name="refreshToken">The last refresh token of the person.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The answer, JSON in UTF-8, with an access token.</returns>
    /// <exception cref="SignInException">The provider does not answer now, or refuses the person.</exception>
    ValueTask<byte[]> RefreshAsync(string refreshToken, CancellationToken cancellation);
}
