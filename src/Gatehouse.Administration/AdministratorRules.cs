namespace Gatehouse.Administration;

/// <summary>In what the hosts' authorization differs. The order of the checks is the same for all of them.</summary>
internal sealed record AdministratorRules
{
    /// <summary>True where our own account alone may do anything; else root may as well.</summary>
    public bool OwnAccountAlone { get; init; }

    /// <summary>The refusal for another account.</summary>
    public required ActionRefusal AnotherAccount { get; init; }

    /// <summary>Whether a confirmation typed at a terminal counts as the person, by the configuration in force.</summary>
    public required Func<bool> TakesConfirmation { get; init; }

    /// <summary>Judges administrator tokens; null where none is taken.</summary>
    public IAdministratorTokens? Tokens { get; init; }

    /// <summary>
    /// True where the account is the one person there is: to take a right away needs no more, since the worst it does is to ask again.
    /// </summary>
    public bool WithdrawsByAccount { get; init; }

    /// <summary>The refusal where nothing was shown that counts as the person.</summary>
    public required Func<ActionRefusal> NobodyNamed { get; init; }

    /// <summary>What to do where the asking program has no terminal.</summary>
    public required string WithoutTerminal { get; init; }
}
