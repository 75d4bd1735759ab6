using k8s.Models;

namespace Gatehouse.Deployment.Tests.Kubernetes;

/// <summary>
/// The restricted profile of the Pod Security Standards, and what the chart promises beyond it: a read-only root, no token of the cluster, limits.
/// </summary>
internal static class PodProfile
{
    private static readonly HashSet<string> Volumes =
        ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"];

    /// <summary>Returns each departure of a pod, in words.</summary>
    public static IEnumerable<string> FaultsOf(V1PodSpec pod)
    {
        if (pod.HostNetwork == true || pod.HostPID == true || pod.HostIPC == true) yield return "it shares a namespace of the host";
        if (pod.AutomountServiceAccountToken != false) yield return "it gets a token of the cluster";
        if (pod.EnableServiceLinks != false) yield return "it gets the addresses of all services as variables";
        if (pod.SecurityContext?.SeccompProfile?.Type != "RuntimeDefault") yield return "seccomp";
        if (pod.SecurityContext?.RunAsUser is null or 0) yield return "it may run as root";
        foreach (var volume in pod.Volumes ?? [])
        {
            var kinds = KindsOf(volume).ToList();
            if (kinds.Count != 1 || !Volumes.Contains(kinds[0])) yield return $"volume {volume.Name}: {string.Join(',', kinds)}";
        }

        foreach (var container in pod.Containers.Concat(pod.InitContainers ?? []))
        {
            foreach (var fault in FaultsOf(pod, container)) yield return $"container {container.Name}: {fault}";
        }
    }

    private static IEnumerable<string> FaultsOf(V1PodSpec pod, V1Container container)
    {
        var security = container.SecurityContext;
        if (security is null)
        {
            yield return "no security context";
            yield break;
        }

        if (security.Privileged == true) yield return "privileged";
        if (security.AllowPrivilegeEscalation != false) yield return "it may gain privileges";
        if ((security.RunAsNonRoot ?? pod.SecurityContext?.RunAsNonRoot) != true) yield return "it may run as root";
        if (security.RunAsUser == 0) yield return "it runs as root";
        if (security.Capabilities?.Drop?.Contains("ALL") != true || security.Capabilities.Add is { Count: > 0 }) yield return "capabilities";
        if (security.ReadOnlyRootFilesystem != true) yield return "its root can be written";
        if (container.Resources?.Limits is not { } limits || !limits.ContainsKey("cpu") || !limits.ContainsKey("memory")) yield return "no limits";
        if (container.Ports?.Any(static port => port.HostPort is not null) == true) yield return "a port of the host";
    }

    private static IEnumerable<string> KindsOf(V1Volume volume) => typeof(V1Volume).GetProperties()
        .Where(static property => property.Name != nameof(V1Volume.Name))
        .Where(property => property.GetValue(volume) is not null)
        .Select(static property => char.ToLowerInvariant(property.Name[0]) + property.Name[1..]);
}
