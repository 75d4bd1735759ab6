namespace EntraStandIn;

/// <summary>A refusal of the login service.</summary>
/// <param name="error">The code of OAuth.</param>
/// <param name="number">The number after AADSTS.</param>
/// <param name="text">What is wrong.</param>
/// <param name="status">The status of the answer.</param>
/// <param name="suberror">What a person has to do, as MSAL reads it; null for nothing.</param>
public sealed class EntraException(string error, int number, string text, int status = 400, string? suberror = null) : Exception(text)
{
    public string Error { get; } = error;

    public int Number { get; } = number;

    public int Status { get; } = status;

    public string? Suberror { get; } = suberror;

    /// <summary>The claims that a further sign-in has to satisfy, as JSON; null for none.</summary>
    public string? Claims { get; init; }

    /// <summary>A required parameter is not there.</summary>
    public static EntraException Missing(string parameter) =>
        new("invalid_request", 900144, $"The request body must contain the following parameter: '{parameter}'.");

    /// <summary>Nobody has consented.</summary>
    public static EntraException NoConsent(Registration client, string? suberror = "consent_required") => new("invalid_grant", 65001,
        $"The user or administrator has not consented to use the application with ID '{client.AppId}' named '{client.DisplayName}'. "
        + "Send an interactive authorization request for this user and resource.", suberror: suberror);
}
