namespace Gatehouse.Administration;

/// <summary>The differences between the hosts' authorizations. The order of the checks is the same for all of them.</summary>
internal sealed record AdministratorRules
{
    /// <summary>True where only our own account may do anything; otherwise root may as well.</summary>
    public bool OwnAccountAlone { get; init; }

    /// <summary>The refusal for another account.</summary>
    public required ActionRefusal AnotherAccount { get; init; }

    /// <summary>Returns whether a confirmation typed at a terminal counts as the person, by the configuration in force.</summary>
    public required Func<bool> TakesConfirmation { get; init; }

    /// <summary>Returns whether a program has a terminal at which a person can have typed.</summary>
    public Func<int, bool> HasTerminal { get; init; } = Terminals.HasOne;

    /// <summary>The judgement of administrator tokens; null where none is taken.</summary>
    public IAdministratorTokens? Tokens { get; init; }

    /// <summary>Returns whether the client of an administrator token makes calls, so that an agent may hold the token too.</summary>
    public Func<AdministratorToken, bool> MakesCalls { get; init; } = static _ => false;

    /// <summary>True where the account is the only person: taking a right away needs no more, since its worst effect is a new question.</summary>
    public bool WithdrawsByAccount { get; init; }

    /// <summary>Returns the refusal of an act where the credentials show no person.</summary>
    public required Func<AdministrativeAction, ActionRefusal> TokenRequired { get; init; }

    /// <summary>Returns the remedy of an act where the asking program has no terminal.</summary>
    public required Func<AdministrativeAction, string> WithoutTerminal { get; init; }
}
