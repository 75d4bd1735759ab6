using System.Net;

namespace Gatehouse.Deployment.Tests.Kubernetes;

/// <summary>A pod, or a machine that is no pod, with its address.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Namespace">Its namespace; null for what is not in the cluster.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Address">Its address.</param>
internal sealed record PodInLab(string Name, string? Namespace, IReadOnlyDictionary<string, string> Labels, IPAddress Address);
