namespace Akka.Actor;

/// <summary>Handled by the cell, not by the actor's own receive.</summary>
public interface IAutoReceivedMessage { }

/// <summary>A message that can do harm when it comes from outside.</summary>
public interface IPossiblyHarmful { }

/// <summary>The message does not restart the receive timeout.</summary>
public interface INotInfluenceReceiveTimeout { }

/// <summary>The message is not put to the serialization test of real Akka.</summary>
public interface INoSerializationVerificationNeeded { }

/// <summary>The actor asks for its received messages to be logged (<c>akka.actor.debug.receive</c>).</summary>
public interface ILogReceive { }

/// <summary>Something that carries another message.</summary>
public interface IWrappedMessage
{
    object Message { get; }
}

/// <summary>Takes the innermost message out of all wrappings.</summary>
public static class WrappedMessage
{
    public static object Unwrap(object message)
    {
        while (message is IWrappedMessage wrapped)
            message = wrapped.Message;
        return message;
    }
}
