namespace Gatehouse.Pipeline.Resolve;

/// <summary>What became of the claim to a task that a server made.</summary>
public enum TaskClaim
{
    /// <summary>The task is the caller's.</summary>
    Own,

    /// <summary>The task is somebody else's: the answer is not the caller's to have.</summary>
    OfAnother,

    /// <summary>There is no place to keep the owner in. A task without an owner would be anybody's, so it is not handed out.</summary>
    NotKept,
}
