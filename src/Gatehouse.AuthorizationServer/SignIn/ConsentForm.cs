namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>The sealed value of the consent form: the request that the page described, so that the answer is about nothing else.</summary>
internal sealed record ConsentForm
{
    /// <summary>The purpose under which it is sealed.</summary>
    public const string Purpose = "consent-form/v1";

    /// <summary>The request.</summary>
    public required AuthorizationRequest Request { get; init; }

    /// <summary>When the form is no longer accepted.</summary>
    public required DateTimeOffset Until { get; init; }
}
