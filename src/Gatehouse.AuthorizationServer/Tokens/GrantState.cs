namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>Whether a grant of the store gives tokens, and if not, why.</summary>
internal enum GrantState
{
    /// <summary>It gives tokens.</summary>
    Live,

    /// <summary>Its time is over.</summary>
    Over,

    /// <summary>Its sealed facts do not open, or do not agree with its row.</summary>
    Unreadable,

    /// <summary>The provider of its person is not in the configuration.</summary>
    ProviderRemoved,

    /// <summary>The grant, its person or its client is revoked.</summary>
    Revoked,
}
