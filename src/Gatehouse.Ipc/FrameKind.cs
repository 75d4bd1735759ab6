namespace Gatehouse.Ipc;

/// <summary>
/// The kind of payload of a frame between a wrapper and the host. A wrapper has two connections: one for its client's ends of stdio, one for the
/// child's, so that a slow reader of the one never holds up the other. Part of link format 2: numbers never change.
/// </summary>
public enum FrameKind
{
    /// <summary>Wrapper to host, first on each connection: its identity and its request (<see cref="Hello"/>).</summary>
    Hello = 1,

    /// <summary>Host to wrapper: it may continue (<see cref="Welcome"/>).</summary>
    Welcome = 2,

    /// <summary>Host to wrapper: it may not (<see cref="IpcRefusal"/>); the connection ends.</summary>
    Refused = 3,

    /// <summary>Wrapper to host: one line of the client after its number of eight bytes, without its line break.</summary>
    Line = 10,

    /// <summary>Wrapper to host: a line of the client was longer than the host takes; only its number.</summary>
    LineTooLong = 11,

    /// <summary>Wrapper to host: the client has closed its end.</summary>
    ClientEnd = 12,

    /// <summary>Host to wrapper: bytes for the client that are followed by more of the same line.</summary>
    LinePart = 13,

    /// <summary>
    /// Host to wrapper: the rest of a line for the client with its line break, after the eight-byte number of the client's line
    /// that it answers, 0 for none.
    /// </summary>
    LineRest = 14,

    /// <summary>Host to wrapper: the client's line of this number gets no answer.</summary>
    Settled = 15,

    /// <summary>Host to wrapper: the sealed handle of the session, to continue it at a host that was started again.</summary>
    Session = 16,

    /// <summary>Host to wrapper: everything was sent; the child is to end.</summary>
    Done = 17,

    /// <summary>
    /// Host to wrapper: a line for the person, for the wrapper's stderr. Only to a wrapper whose hello says that it takes them.
    /// </summary>
    Notice = 18,

    /// <summary>Wrapper to host: bytes that the child wrote.</summary>
    Output = 20,

    /// <summary>Wrapper to host: the child has ended; its exit code in four bytes.</summary>
    Exited = 21,

    /// <summary>Host to wrapper: bytes for the child.</summary>
    Input = 22,

    /// <summary>Host to wrapper: the child is to end now; without a grace where the frame has a payload.</summary>
    EndChild = 23,
}
