namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>Names of the parameters of an authorization request (RFC 6749 §11.2, RFC 7636 §6.1, RFC 8707 §4, RFC 9449 §12.8, OpenID
/// Connect Core §3.1.2.1).</summary>
internal static class AuthorizationParameters
{
    public const string ClientId = "client_id";
    public const string Redirect = "redirect_uri";
    public const string ResponseType = "response_type";
    public const string State = "state";
    public const string Scope = "scope";
    public const string Resource = "resource";
    public const string CodeChallenge = "code_challenge";
    public const string CodeChallengeMethod = "code_challenge_method";
    public const string KeyThumbprint = "dpop_jkt";
    public const string Prompt = "prompt";
    public const string MaxAge = "max_age";
    public const string AcrValues = "acr_values";
}
