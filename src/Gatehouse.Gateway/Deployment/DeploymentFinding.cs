namespace Gatehouse.Gateway.Deployment;

/// <summary>One observation about the place where a gateway runs.</summary>
/// <param name="Subject">Its subject, in a word or two.</param>
/// <param name="Verdict">Its meaning.</param>
/// <param name="Words">The observation, in a sentence.</param>
/// <param name="Remedy">The remedy; null where nothing needs to be done.</param>
internal sealed record DeploymentFinding(string Subject, DeploymentVerdict Verdict, string Words, string? Remedy = null);

/// <summary>The meaning of an observation about the place where a gateway runs.</summary>
internal enum DeploymentVerdict
{
    /// <summary>As it should be.</summary>
    Works,

    /// <summary>The gateway serves, and is less protected or less proven than it could be.</summary>
    Limited,

    /// <summary>The gateway cannot serve, loses what it must keep, or has rights that it must not have.</summary>
    Fails,
}
