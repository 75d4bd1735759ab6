namespace Gatehouse.Pipeline.Resolve;

/// <summary>The results of the claim to a task that a server created.</summary>
public enum TaskClaim
{
    /// <summary>The task belongs to the caller.</summary>
    Own,

    /// <summary>The task belongs to another caller, so the answer must not reach this one.</summary>
    OfAnother,

    /// <summary>There is no place to store the owner. A task without an owner would be open to any caller, so it is not returned.</summary>
    NotKept,
}
