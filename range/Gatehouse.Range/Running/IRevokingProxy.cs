namespace Gatehouse.Range.Running;

/// <summary>A proxy whose administrator revokes people, in front of a server with a slow tool, as the exercise uses it.</summary>
public interface IRevokingProxy
{
    /// <summary>The endpoint of the server at the proxy.</summary>
    Uri Endpoint { get; }

    /// <summary>Completes when the server has the call of its slow tool. It answers when <see cref="Answer"/> says so.</summary>
    Task Arrived { get; }

    /// <summary>The server answers the call of its slow tool.</summary>
    void Answer();

    /// <summary>Another program holds the store of the proxy. Returns when it does; the result ends it.</summary>
    Task<IAsyncDisposable> HoldStoreAsync();

    /// <summary>The administrator revokes a person. Returns when the store has it.</summary>
    Task RevokeAsync(string person);
}
