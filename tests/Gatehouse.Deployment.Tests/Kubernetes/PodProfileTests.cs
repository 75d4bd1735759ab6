using System.Text.Json;
using k8s.Models;

namespace Gatehouse.Deployment.Tests.Kubernetes;

/// <summary>Every pod of the chart fits the restricted profile.</summary>
/// <remarks>Threat: a server that is taken over takes the node, or asks the API of the cluster (CWE-250).</remarks>
[Trait("Requirement", "DE-01")]
public sealed class PodProfileTests : IDisposable
{
    private readonly Chart chart = new();

    public void Dispose() => chart.Dispose();

    [Fact]
    public async Task EveryPod_IsRestricted()
    {
        var pods = await PodsAsync();
        Assert.Equal(3, pods.Count);
        Assert.All(pods, static pod => Assert.Empty(PodProfile.FaultsOf(pod)));
    }

    [Theory]
    [InlineData("hostNetwork", "true", "namespace of the host")]
    [InlineData("automountServiceAccountToken", "true", "token of the cluster")]
    [InlineData("securityContext/seccompProfile/type", "\"Unconfined\"", "seccomp")]
    [InlineData("securityContext/runAsUser", "0", "root")]
    [InlineData("volumes/0/hostPath", "{\"path\":\"/\"}", "hostPath")]
    [InlineData("containers/0/securityContext/privileged", "true", "privileged")]
    [InlineData("containers/0/securityContext/allowPrivilegeEscalation", "true", "gain privileges")]
    [InlineData("containers/0/securityContext/runAsNonRoot", "false", "root")]
    [InlineData("containers/0/securityContext/readOnlyRootFilesystem", "false", "can be written")]
    [InlineData("containers/0/securityContext/capabilities/add", "[\"NET_ADMIN\"]", "capabilities")]
    [InlineData("containers/0/resources/limits", "{\"cpu\":\"1\"}", "no limits")]
    [InlineData("containers/0/ports/0/hostPort", "8080", "port of the host")]
    public async Task TheProfile_FindsADeparture(string path, string value, string word)
    {
        var pod = JsonSerializer.SerializeToNode((await PodsAsync())[0])!;
        var steps = path.Split('/');
        var holder = steps[..^1].Aggregate(pod, static (node, step) => int.TryParse(step, out var index) ? node[index]! : node[step]!);
        holder[steps[^1]] = System.Text.Json.Nodes.JsonNode.Parse(value);
        Assert.Contains(PodProfile.FaultsOf(pod.Deserialize<V1PodSpec>()!), fault => fault.Contains(word, StringComparison.Ordinal));
    }

    // A secret in a variable is read by whoever may read the pods; the variables of the gateway hold none at all.
    [Fact]
    public async Task SecretsOfTheGateway_AreMountedFiles_ThatItsGroupReads()
    {
        var pod = (await PodsAsync())[0];
        Assert.Empty(pod.Containers.Single().Env ?? []);
        Assert.Empty(pod.Containers.Single().EnvFrom ?? []);
        var sources = pod.Volumes.Where(static volume => volume.Projected is not null).ToList();
        Assert.Equal(["configuration", "tls", "secrets"], sources.Select(static volume => volume.Name));
        Assert.All(sources, static volume => Assert.Equal(288, volume.Projected.DefaultMode)); // 0440
        var mounts = pod.Containers.Single().VolumeMounts.Where(static mount => mount.Name != "state");
        Assert.All(mounts, static mount => Assert.True(mount.ReadOnlyProperty));
    }

    private async Task<IReadOnlyList<V1PodSpec>> PodsAsync()
    {
        var objects = await chart.RenderAsync(Chart.TwoServers);
        var servers = objects.Values.Where(static one => one["kind"]!.GetValue<string>() == "Deployment");
        return
        [
            objects["StatefulSet/mcp-gatehouse"].Deserialize<V1StatefulSet>()!.Spec.Template.Spec,
            .. servers.Select(static one => one.Deserialize<V1Deployment>()!.Spec.Template.Spec),
        ];
    }
}
