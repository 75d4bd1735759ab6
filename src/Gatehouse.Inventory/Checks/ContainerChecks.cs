using System.Text.RegularExpressions;
using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Secrets;
using Gatehouse.Integrity.Origins;
using Gatehouse.Inventory.Model;

namespace Gatehouse.Inventory.Checks;

/// <summary>Containers that are no boundary.</summary>
internal static partial class ContainerChecks
{
    public static IEnumerable<Finding> Of(ServerEntry server)
    {
        if (server.Command is null || server.Source.Kind != OriginKind.Image) yield break;
        var arguments = server.Arguments.Select(argument => argument.Text).ToList();
        var image = ContainerArguments.ImageOf(arguments);
        if (image is not null) arguments = [.. arguments.TakeWhile(argument => argument != image)];
        var program = SecretDetector.Mask(server.Source.Name);
        foreach (var flag in Flags(arguments))
            yield return server.About(FindingRules.PrivilegedContainer, Confidence.High, $"it starts with {flag}", evidence: $"{flag} {program}");
        foreach (var mount in ContainerArguments.Values(arguments, "-v", "--volume", "--mount").Where(mount => Wide().IsMatch(Source(mount))))
            yield return server.About(FindingRules.ContainerMount, Confidence.High, $"it mounts {SecretDetector.Mask(Source(mount))}",
                evidence: $"{SecretDetector.Mask(Source(mount))} {program}");
    }

    private static IEnumerable<string> Flags(List<string> arguments)
    {
        if (arguments.Any(argument => argument is "--privileged" or "--privileged=true")) yield return "--privileged";
        foreach (var added in ContainerArguments.Values(arguments, "--cap-add")
            .Where(added => added.ToUpperInvariant() is "ALL" or "SYS_ADMIN" or "CAP_SYS_ADMIN" or "SYS_PTRACE" or "NET_ADMIN" or "SYS_MODULE"))
            yield return $"--cap-add {added}";
        foreach (var name in (string[])["--network", "--net", "--pid", "--ipc", "--userns", "--uts"])
        {
            if (ContainerArguments.Values(arguments, name).Contains("host")) yield return $"{name} host";
        }

        foreach (var option in ContainerArguments.Values(arguments, "--security-opt")
            .Where(option => option.EndsWith("unconfined", StringComparison.Ordinal) || option.EndsWith("disable", StringComparison.Ordinal)))
            yield return $"--security-opt {option}";
    }

    private static string Source(string mount) =>
        mount.Contains("source=", StringComparison.Ordinal) || mount.Contains("src=", StringComparison.Ordinal)
        ? mount.Split(',').Select(part => part.Split('=', 2)).FirstOrDefault(part => part[0] is "source" or "src")?[^1] ?? mount
        : mount.Length > 2 && mount[1] == ':' && char.IsAsciiLetter(mount[0]) ? mount[..2] + mount[2..].Split(':')[0] : mount.Split(':')[0];

    [GeneratedRegex(@"(?:docker|containerd|podman|crio)\.sock|^(?:/|~/?|/etc/?|/proc/?|/sys/?|/dev/?|/root/?|/(?:home|Users)(?:/[^/]+)?/?|[A-Za-z]:[\\/]?|[A-Za-z]:[\\/]Users(?:[\\/][^\\/]+)?[\\/]?|\$\{?HOME\}?/?|\$\{(?:userHome|env:HOME)\}/?|%USERPROFILE%)\z|[/\\]\.(?:ssh|aws|kube|gnupg|docker)[/\\]?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Wide();
}
