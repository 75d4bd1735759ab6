using System.Globalization;
using System.Text;
using k8s.Models;

namespace Gatehouse.Deployment.Tests.Kubernetes;

/// <summary>
/// Rules of <c>iptables-restore</c> that do at one pod what the NetworkPolicies of a cluster say: a pod that a policy selects takes and opens only
/// the connections that some policy permits. What begins in the pod itself, and answers, always pass.
/// </summary>
internal sealed class PolicyRules(IReadOnlyList<V1NetworkPolicy> policies, IReadOnlyList<PodInLab> pods)
{
    private static readonly Dictionary<string, Dictionary<string, string>> NamespaceLabels = new()
    {
        ["kube-system"] = new() { ["kubernetes.io/metadata.name"] = "kube-system" },
        [Chart.Namespace] = new() { ["kubernetes.io/metadata.name"] = Chart.Namespace },
        ["elsewhere"] = new() { ["kubernetes.io/metadata.name"] = "elsewhere" },
    };

    /// <summary>The rules of a pod.</summary>
    public string For(PodInLab pod)
    {
        var rules = new StringBuilder("*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n");
        var selecting = policies.Where(policy => pod.Namespace == Chart.Namespace && Matches(policy.Spec.PodSelector, pod.Labels)).ToList();
        Add(rules, "INPUT", "-s", "-i lo", selecting.Where(static policy => policy.Spec.PolicyTypes.Contains("Ingress")).ToList(),
            static policy => (policy.Spec.Ingress ?? []).Select(static rule => (rule.FromProperty, rule.Ports)));
        Add(rules, "OUTPUT", "-d", "-o lo", selecting.Where(static policy => policy.Spec.PolicyTypes.Contains("Egress")).ToList(),
            static policy => (policy.Spec.Egress ?? []).Select(static rule => (rule.To, rule.Ports)));
        return rules.Append("COMMIT\n").ToString();
    }

    private void Add(StringBuilder rules, string chain, string side, string loopback, List<V1NetworkPolicy> selecting,
        Func<V1NetworkPolicy, IEnumerable<(IList<V1NetworkPolicyPeer> Peers, IList<V1NetworkPolicyPort> Ports)>> permitted)
    {
        if (selecting.Count == 0) return;
        rules.Append(CultureInfo.InvariantCulture, $"-A {chain} {loopback} -j ACCEPT\n");
        rules.Append(CultureInfo.InvariantCulture, $"-A {chain} -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT\n");
        foreach (var (peers, ports) in selecting.SelectMany(permitted))
        {
            foreach (var range in peers is { Count: > 0 } ? peers.SelectMany(RangesOf).Distinct() : ["0.0.0.0/0"])
            {
                foreach (var port in ports is { Count: > 0 } ? ports.Select(PortOf) : [""])
                    rules.Append(CultureInfo.InvariantCulture, $"-A {chain} {side} {range}{port} -j ACCEPT\n");
            }
        }

        rules.Append(CultureInfo.InvariantCulture, $"-A {chain} -p tcp -j REJECT --reject-with tcp-reset\n-A {chain} -j REJECT\n");
    }

    private IEnumerable<string> RangesOf(V1NetworkPolicyPeer peer)
    {
        if (peer.IpBlock is { } block)
        {
            Assert.Empty(block.Except ?? []); // the chart writes none
            return [block.Cidr];
        }

        return pods.Where(pod => pod.Namespace is not null
            && (peer.NamespaceSelector is null ? pod.Namespace == Chart.Namespace : Matches(peer.NamespaceSelector, NamespaceLabels[pod.Namespace]))
            && (peer.PodSelector is null || Matches(peer.PodSelector, pod.Labels))).Select(static pod => $"{pod.Address}/32");
    }

    private static string PortOf(V1NetworkPolicyPort port)
    {
        Assert.Null(port.EndPort); // the chart writes none
        return $" -p {(port.Protocol ?? "TCP") switch { "UDP" => "udp", _ => "tcp" }} --dport {port.Port.Value}";
    }

    private static bool Matches(V1LabelSelector selector, IReadOnlyDictionary<string, string> labels)
    {
        Assert.Empty(selector.MatchExpressions ?? []); // the chart writes none
        return (selector.MatchLabels ?? new Dictionary<string, string>())
            .All(wanted => labels.TryGetValue(wanted.Key, out var value) && value == wanted.Value);
    }
}
