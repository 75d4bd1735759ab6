namespace Gatehouse.Administration;

/// <summary>The judgement of administrator tokens. A host with issuers has one.</summary>
internal interface IAdministratorTokens
{
    /// <summary>The audience that such a token must be for; never a server's.</summary>
    string Audience { get; }

    /// <summary>Validates a token for that audience, and returns whether it names an administrator of the configuration in force.</summary>
    ValueTask<AdministratorTokenResult> JudgeAsync(string token);
}
