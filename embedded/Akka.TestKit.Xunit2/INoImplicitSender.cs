namespace Akka.TestKit;

/// <summary>Marks a test whose messages are sent without a sender, instead of with the test actor as sender.</summary>
public interface INoImplicitSender;
